/** The HTTP resources, and the classes that only they use. */
@NullMarked
package dev.rodingateway.api;

import org.jspecify.annotations.NullMarked;
