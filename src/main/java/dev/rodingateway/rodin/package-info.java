/** The only place that knows Rodin: its URL, token, words and ill manners. {@code RodinClient} is the door. */
@NullMarked
package dev.rodingateway.rodin;

import org.jspecify.annotations.NullMarked;
