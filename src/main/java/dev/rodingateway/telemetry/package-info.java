/** Metrics and spans without task keys. */
@NullMarked
package dev.rodingateway.telemetry;

import org.jspecify.annotations.NullMarked;
