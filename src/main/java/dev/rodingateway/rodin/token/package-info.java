/** The API key: where it comes from, how it is reloaded, and that it is never printed. */
@NullMarked
package dev.rodingateway.rodin.token;

import org.jspecify.annotations.NullMarked;
