package dev.rodingateway.rodin.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads one JSON document from bytes that nobody vouches for. */
public final class JsonDocument {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * Above what any answer needs, below what costs: a longer number, a deeper nesting or more tokens are no answer. As
     * many tokens as a thousand jobs have that tell nine things each; a tree of them takes some 2 MB, where one of all that
     * fits into a body would take many times the body.
     */
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(500)
            .maxNumberLength(1000)
            .maxTokenCount(20_000)
            .maxNameLength(10_000)
            .build();

    // Names are not kept in Jackson's symbol table: they may be the uuids of jobs, new ones for every task.
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(LIMITS)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonDocument() {}

    /**
     * Returns the document, or a missing node if the bytes are not exactly one JSON document in UTF-8 within the
     * limits. Of members of the same name the last one counts; numbers with a fraction or an exponent are doubles.
     */
    public static JsonNode read(byte[] bytes) {
        try {
            // The decoder refuses what Jackson's own would let pass: overlong forms and encoded surrogates.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
            return MAPPER.readTree(marked ? text.substring(1) : text);
        } catch (IOException | RuntimeException e) {
            // Dropped, for its message quotes the document. Unchecked ones would be bugs of the parser.
            return MissingNode.getInstance();
        }
    }
}
