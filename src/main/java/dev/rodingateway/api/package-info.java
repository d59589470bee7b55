/** What the frontends see: resources, JSON, headers, problems. */
@NullMarked
package dev.rodingateway.api;

import org.jspecify.annotations.NullMarked;
