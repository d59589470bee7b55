/** A page that shows the progress of a task in the browser. */
@NullMarked
package dev.rodingateway.api.page;

import org.jspecify.annotations.NullMarked;
