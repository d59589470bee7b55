/** Look-ups: the cache of snapshots, checks in flight, freshness, back-off and live tasks. */
@NullMarked
package dev.rodingateway.status;

import org.jspecify.annotations.NullMarked;
