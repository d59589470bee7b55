/** The Rodin gateway: {@code api} asks {@code status}, which asks {@code rodin}; they speak {@code task}. */
@NullMarked
package dev.rodingateway;

import org.jspecify.annotations.NullMarked;
