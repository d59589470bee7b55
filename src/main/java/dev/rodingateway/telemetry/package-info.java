/** Metrics and traces, without task keys. */
@NullMarked
package dev.rodingateway.telemetry;

import org.jspecify.annotations.NullMarked;
