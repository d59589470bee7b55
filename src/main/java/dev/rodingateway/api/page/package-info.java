/** The page on which a person watches a task. */
@NullMarked
package dev.rodingateway.api.page;

import org.jspecify.annotations.NullMarked;
