/** Normalization of Rodin's answers: jobs, refusals on any HTTP status, and {@code Retry-After}. */
@NullMarked
package dev.rodingateway.rodin.answer;

import org.jspecify.annotations.NullMarked;
