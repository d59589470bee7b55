/** The budget that all replicas share. */
@NullMarked
package dev.rodingateway.shared.budget;

import org.jspecify.annotations.NullMarked;
