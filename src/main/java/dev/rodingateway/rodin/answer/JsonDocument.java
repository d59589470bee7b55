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

/** Reads one JSON document from untrusted bytes. */
public final class JsonDocument {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * More than any response needs, and still cheap. The limit of tokens allows a thousand jobs with nine members each, whose
     * tree takes some 2 MB; the tree of whatever fits into a body could take many times the size of the body.
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
            // This decoder rejects what Jackson's own accepts: overlong forms and encoded surrogates.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
            return MAPPER.readTree(marked ? text.substring(1) : text);
        } catch (IOException | RuntimeException e) {
            // Not logged, because its message quotes the document. Unchecked exceptions would be bugs of the parser.
            return MissingNode.getInstance();
        }
    }
}
