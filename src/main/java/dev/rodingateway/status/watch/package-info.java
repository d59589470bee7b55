/** Watched tasks and their subscribers: one sequence of checks per task, for long polls and event streams. */
@NullMarked
package dev.rodingateway.status.watch;

import org.jspecify.annotations.NullMarked;
