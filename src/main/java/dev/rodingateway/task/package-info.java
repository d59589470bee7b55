/** The vocabulary: what a generation task is and what can be said of it. Plain Java, no framework. */
@NullMarked
package dev.rodingateway.task;

import org.jspecify.annotations.NullMarked;
