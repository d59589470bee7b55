/** The HTTP resources, and what only they use. */
@NullMarked
package dev.rodingateway.api;

import org.jspecify.annotations.NullMarked;
