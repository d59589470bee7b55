/** The only entry point to Rodin: {@link dev.rodingateway.rodin.RodinClient}, its configuration and its result types. */
@NullMarked
package dev.rodingateway.rodin;

import org.jspecify.annotations.NullMarked;
