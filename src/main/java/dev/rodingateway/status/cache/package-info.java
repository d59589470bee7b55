/** The cached statuses, bounded by number and weight, and the count of live tasks. */
@NullMarked
package dev.rodingateway.status.cache;

import org.jspecify.annotations.NullMarked;
