/** Server-sent events. */
@NullMarked
package dev.rodingateway.api.events;

import org.jspecify.annotations.NullMarked;
