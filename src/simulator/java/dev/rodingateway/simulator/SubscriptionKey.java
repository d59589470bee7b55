package dev.rodingateway.simulator;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Parses the key in a request, and the jobs in a key. */
final class SubscriptionKey {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SubscriptionKey() {}

    /** Returns the {@code subscription_key} of a body, or empty if the body is not JSON or has no usable one. */
    static Optional<String> in(byte[] body) {
        try {
            JsonNode key = JSON.readTree(body).path("subscription_key");
            return key.isTextual() && !key.textValue().isBlank() ? Optional.of(key.textValue()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the {@code jobIds} of a key that is a JWT, without verifying its signature, or empty for any other key.
     */
    static Optional<List<String>> jobsOf(String key) {
        int first = key.indexOf('.');
        int second = key.indexOf('.', first + 1);
        if (first < 1 || second < 0 || second == key.length() - 1 || key.indexOf('.', second + 1) >= 0) {
            return Optional.empty();
        }
        try {
            byte[] payload = Base64.getUrlDecoder().decode(key.substring(first + 1, second));
            return textsOf(JSON.readTree(payload).path("jobIds"));
        } catch (IllegalArgumentException | IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<String>> textsOf(JsonNode jobIds) {
        List<String> texts = new ArrayList<>(jobIds.size());
        for (JsonNode id : jobIds) {
            if (!id.isTextual()) {
                return Optional.empty();
            }
            texts.add(id.textValue());
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(texts));
    }
}
