/** Limits for callers' connections: number, deadlines, streams, and responses that are not read. */
@NullMarked
package dev.rodingateway.api.connection;

import org.jspecify.annotations.NullMarked;
