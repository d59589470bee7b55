/** The connections to Rodin: TLS, keep-alive, and no reuse of a connection after anything irregular on it. */
@NullMarked
package dev.rodingateway.rodin.connection;

import org.jspecify.annotations.NullMarked;
