package dev.rodingateway.rodin.http;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rodingateway.rodin.token.BearerToken;

/**
 * What a call is made of. Its JSON is the body, which has the task's key and nothing else. It prints as stars, for all of
 * it is secret.
 *
 * @param subscriptionKey the task's key, as Rodin calls it
 * @param token goes into a header, by {@link BearerTokenFilter}
 * @param head receives the head of the response, by {@link ResponseHeadFilter}
 */
@JsonIncludeProperties("subscription_key")
record CheckRequest(
        @JsonProperty("subscription_key") String subscriptionKey,
        @JsonIgnore BearerToken token,
        @JsonIgnore ResponseHead head) {

    static CheckRequest of(Check check) {
        return new CheckRequest(check.key().value(), check.token(), new ResponseHead());
    }

    @Override
    public String toString() {
        return "CheckRequest[***]";
    }
}
