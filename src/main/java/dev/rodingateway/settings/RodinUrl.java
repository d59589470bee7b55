package dev.rodingateway.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Reads Rodin's base URL: an absolute http or https URL without user, query or fragment. Normalizes it, with scheme and host
 * in lower case and no slash at the end, so that code may compare scheme and host as they are. Refuses a URL with the path of
 * the API or a part of it: the path would be there twice, and a server's 404 for it reads as "no such task".
 */
public final class RodinUrl implements Converter<URI> {

    private static final long serialVersionUID = 1L;
    private static final int LARGEST_PORT = 65_535;
    private static final String ALLOWED =
            "an http or https URL without user, query or fragment, such as https://api.hyper3d.com, is expected";
    private static final String ALLOWED_PATH =
            "a base URL without /api/v2/status, such as https://api.hyper3d.com, is expected";

    /** A host that TLS cannot verify (a dot at the end) or that has a meaning on one machine only (an IPv6 zone). */
    private static final Pattern UNUSABLE_HOST = Pattern.compile(".*\\.|.*%.*");

    /** A path that servers and proxies resolve differently. */
    private static final Pattern AMBIGUOUS_PATH =
            Pattern.compile(".*(//|/(\\.|%2e){1,2}(/|$)|%2f|%5c).*", Pattern.CASE_INSENSITIVE);

    private static final Pattern API_PATH = Pattern.compile(".*/api(/+v2(/.*)?)?", Pattern.CASE_INSENSITIVE);

    /** Hosts whose packets never leave the machine. */
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|.*\\.localhost|127(\\.[0-9]{1,3}){3}|\\[(::|(0+:){7})0*1]");

    @Override
    public URI convert(String value) {
        URI url = normalize(value);
        if (API_PATH.matcher(url.getPath()).matches()) {
            throw new IllegalArgumentException(ALLOWED_PATH);
        }
        return url;
    }

    /**
     * Returns whether requests to this URL cross a network unencrypted.
     *
     * @param url a URL as {@link #convert} returns it
     */
    public static boolean isClearText(URI url) {
        return url.getScheme().equals("http")
                && !LOOPBACK.matcher(url.getHost()).matches();
    }

    private static URI normalize(String value) {
        String text = value.trim();
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        try {
            URI url = new URI(text);
            if (!isBaseUrl(url)) {
                throw new IllegalArgumentException(ALLOWED);
            }
            String port = url.getPort() < 0 ? "" : ":" + url.getPort();
            return new URI(lowerCase(url.getScheme()) + "://" + lowerCase(url.getHost()) + port + url.getRawPath());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
    }

    private static boolean isBaseUrl(URI url) {
        return isWeb(url.getScheme())
                && url.getHost() != null
                && !UNUSABLE_HOST.matcher(url.getHost()).matches()
                && url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && url.getPort() != 0
                && url.getPort() <= LARGEST_PORT
                && !AMBIGUOUS_PATH.matcher(url.getRawPath()).matches();
    }

    private static boolean isWeb(@Nullable String scheme) {
        return "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
