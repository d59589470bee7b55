package dev.rodingateway.packaged;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds marked secrets in a text: plain in any case, percent-encoded, with {@code \\u} escapes, in hexadecimal digits
 * or within base64.
 */
record Marks(List<String> marks) {

    private static final Pattern ESCAPED = Pattern.compile("(?:%|\\\\u00)([0-9A-Fa-f]{2})");

    static Marks of(String... marks) {
        return new Marks(List.of(marks));
    }

    /** Returns each occurrence of a mark, with some of the surrounding text. */
    List<String> in(String text) {
        String plain = lower(ESCAPED.matcher(text).replaceAll(hit -> character(hit.group(1))));
        String base64 = text.replace('-', '+').replace('_', '/');
        return Stream.concat(
                        marks.stream()
                                .flatMap(mark -> Stream.of(lower(mark), hex(mark)))
                                .flatMap(shape -> around(plain, shape)),
                        marks.stream().flatMap(Marks::withinBase64).flatMap(shape -> around(base64, shape)))
                .toList();
    }

    /** Base64 packs three bytes in four characters, so a mark within a longer secret has three encodings. */
    private static Stream<String> withinBase64(String mark) {
        return IntStream.range(0, 3).mapToObj(shift -> {
            byte[] shifted = ("x".repeat(shift) + mark).getBytes(StandardCharsets.UTF_8);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            return encoded.substring(shift == 0 ? 0 : shift + 1, 4 * (shifted.length / 3));
        });
    }

    private static Stream<String> around(String text, String shape) {
        int at = text.indexOf(shape);
        return at < 0
                ? Stream.empty()
                : Stream.of("…" + text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 100)) + "…");
    }

    private static String character(String hex) {
        char c = (char) Integer.parseInt(hex, 16);
        return c == '\\' || c == '$' ? "?" : String.valueOf(c);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
