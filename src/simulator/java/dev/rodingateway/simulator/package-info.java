/** A stand-in Rodin on a real HTTP port, for development, tests and demonstrations; never in a production build. */
@NullMarked
package dev.rodingateway.simulator;

import org.jspecify.annotations.NullMarked;
