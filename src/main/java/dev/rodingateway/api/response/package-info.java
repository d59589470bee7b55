/** The responses of a look-up: body, entity tag and cache headers. */
@NullMarked
package dev.rodingateway.api.response;

import org.jspecify.annotations.NullMarked;
