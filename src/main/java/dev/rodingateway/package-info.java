/** The Rodin gateway: {@code api} uses {@code status}, which uses {@code rodin}; all share the vocabulary of {@code task}. */
@NullMarked
package dev.rodingateway;

import org.jspecify.annotations.NullMarked;
