/** Rate limiter for calls to Rodin: fair shares per request class, wait queues and the pause after a 429. */
@NullMarked
package dev.rodingateway.rodin.budget;

import org.jspecify.annotations.NullMarked;
