/** Requests before they reach a resource: validation, problem documents, CORS and connection draining. */
@NullMarked
package dev.rodingateway.api.edge;

import org.jspecify.annotations.NullMarked;
