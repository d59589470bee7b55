/** Request ids and the optional request log. */
@NullMarked
package dev.rodingateway.api.log;

import org.jspecify.annotations.NullMarked;
