import java.net.HttpURLConnection;
import java.net.URI;

/** Health check for images without shell and curl: exits with 0 if the URL responds with 200, otherwise with 1. */
public final class Health {

    private Health() {}

    public static void main(String[] args) {
        int status;
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(args[0]).toURL().openConnection();
            connection.setConnectTimeout(2000);
            connection.setReadTimeout(2000);
            status = connection.getResponseCode();
        } catch (java.io.IOException e) {
            status = 0;
        }
        System.exit(status == 200 ? 0 : 1);
    }
}
