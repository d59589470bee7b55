/** The vocabulary of the domain: task, job, status, key and look-up failure. Plain Java without a framework. */
@NullMarked
package dev.rodingateway.task;

import org.jspecify.annotations.NullMarked;
