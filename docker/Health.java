import java.net.HttpURLConnection;
import java.net.URI;

/** For images that have neither shell nor curl: ends with 0 when the URL answers 200, otherwise with 1. */
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
