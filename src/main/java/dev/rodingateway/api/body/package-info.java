/** Request bodies: read without a blocking thread, within limits of size, time and memory. */
@NullMarked
package dev.rodingateway.api.body;

import org.jspecify.annotations.NullMarked;
