/** How to know a task's status cheaply: cache, coalescing, freshness. */
@NullMarked
package dev.rodingateway.status;

import org.jspecify.annotations.NullMarked;
