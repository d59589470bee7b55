/** Coordination of several replicas through a shared store in Redis or Valkey. */
@NullMarked
package dev.rodingateway.shared;

import org.jspecify.annotations.NullMarked;
