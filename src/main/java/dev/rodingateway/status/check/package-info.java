/** The checks of this process: at most one per task in flight, and the recording of its result. */
@NullMarked
package dev.rodingateway.status.check;

import org.jspecify.annotations.NullMarked;
