/** A simulation of Rodin on an HTTP port, for development, tests and demos; not part of production builds. */
@NullMarked
package dev.rodingateway.simulator;

import org.jspecify.annotations.NullMarked;
