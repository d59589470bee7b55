/** How long a status is fresh, when it is refreshed and when a failed check is repeated. */
@NullMarked
package dev.rodingateway.status.freshness;

import org.jspecify.annotations.NullMarked;
