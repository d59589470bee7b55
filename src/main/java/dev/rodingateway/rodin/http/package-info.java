/** The declarative REST client for Rodin's status call: wire records, bearer token header, body limit, deadline and retry. */
@NullMarked
package dev.rodingateway.rodin.http;

import org.jspecify.annotations.NullMarked;
