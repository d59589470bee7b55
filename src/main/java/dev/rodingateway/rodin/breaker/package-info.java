/** The circuit breaker, which stops calls while Rodin is down. */
@NullMarked
package dev.rodingateway.rodin.breaker;

import org.jspecify.annotations.NullMarked;
