package dev.rodingateway.settings;

import java.net.URI;
import java.net.URISyntaxException;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads the origin of a web page as browsers send it (scheme, host and port), or {@code *}. */
public final class WebOrigin implements Converter<String> {

    private static final long serialVersionUID = 1L;
    private static final String ALLOWED =
            "* or a comma-separated list of origins, such as https://app.example.com, is expected";

    @Override
    public String convert(String value) {
        String text = value.trim();
        if (text.equals("*") || isOrigin(text)) {
            return text;
        }
        throw new IllegalArgumentException(ALLOWED);
    }

    private static boolean isOrigin(String text) {
        try {
            URI url = new URI(text);
            String port = url.getPort() < 0 ? "" : ":" + url.getPort();
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return web && text.equals(url.getScheme() + "://" + url.getHost() + port);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
