/** Normalization of Rodin's responses: jobs, refusals on any HTTP status, and {@code Retry-After}. */
@NullMarked
package dev.rodingateway.rodin.answer;

import org.jspecify.annotations.NullMarked;
