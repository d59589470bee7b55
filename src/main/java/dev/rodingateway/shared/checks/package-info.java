/**
 * Coordination of checks with other replicas: the decision to adopt, wait or check, and the adoption of results from
 * the log.
 */
@NullMarked
package dev.rodingateway.shared.checks;

import org.jspecify.annotations.NullMarked;
