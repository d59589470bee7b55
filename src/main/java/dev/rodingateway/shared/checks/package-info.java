/** Coordination of checks with other replicas: adopt, wait or check, and what the log says of other replicas' checks. */
@NullMarked
package dev.rodingateway.shared.checks;

import org.jspecify.annotations.NullMarked;
