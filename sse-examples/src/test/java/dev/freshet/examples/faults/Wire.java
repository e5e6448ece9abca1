package dev.freshet.examples.faults;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What clients speak to the relay. */
enum Wire {
    HTTP_1_1,
    TLS_HTTP_1_1,
    TLS_HTTP_2;

    static final SSLContext TRUSTING = trusting();

    /** Returns the options of a relay that serves it. */
    String[] options() {
        return isTls() ? new String[] {"--tls", "self-signed"} : new String[0];
    }

    private boolean isTls() {
        return this != HTTP_1_1;
    }

    /** Returns the URI at 127.0.0.1. */
    URI uri(int port, String target) {
        return URI.create((isTls() ? "https" : "http") + "://127.0.0.1:" + port + target);
    }

    /** The answer has another version of HTTP than the wire. */
    static final class OtherVersionException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        private OtherVersionException(String message) {
            super(message);
        }
    }

    private HttpClient.Version version() {
        return this == TLS_HTTP_2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
    }

    /** Returns a client of the JDK that trusts any certificate. */
    HttpClient client(Executor executor) {
        return HttpClient.newBuilder()
                .version(version())
                .connectTimeout(Duration.ofSeconds(10))
                .sslContext(TRUSTING)
                .executor(executor)
                .build();
    }

    /**
     * Sends a request.
     *
     * @throws OtherVersionException if the answer has another version of HTTP, to which a client of the JDK falls back
     *     without an error, and for as long as it lives, also after a handshake that was cut
     */
    <T> HttpResponse<T> send(HttpClient http, HttpRequest request, BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpResponse<T> answer = http.send(request, body);
        check(answer);
        return answer;
    }

    private void check(HttpResponse<?> answer) {
        if (answer.version() != version()) {
            throw new OtherVersionException("version: " + answer.version() + " (expected: " + version() + ")");
        }
    }

    /**
     * Opens a stream.
     *
     * @param http used for HTTP/2 only
     * @param receiveBuffer of the socket in bytes, but for HTTP/2; 0 for the system's
     * @param silence how long the server may send nothing
     * @throws IOException if it cannot connect, or the answer is not 200
     * @throws OtherVersionException as {@link #send}
     */
    WireStream open(HttpClient http, int port, String target, String lastEventId, int receiveBuffer, Duration silence)
            throws IOException, InterruptedException {
        if (this == TLS_HTTP_2) {
            HttpRequest request = HttpRequest.newBuilder(uri(port, target))
                    .header("Last-Event-ID", lastEventId)
                    .timeout(silence)
                    .build();
            HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200 || answer.version() != version()) {
                answer.body().close();
            }
            check(answer);
            if (answer.statusCode() != 200) {
                throw new IOException("status: " + answer.statusCode() + " (expected: 200)");
            }
            return WireStream.ofBody(answer.body());
        }
        Socket socket = connect(port, receiveBuffer, silence);
        try {
            return WireStream.get(isTls() ? secured(socket, port) : socket, target, lastEventId);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket connect(int port, int receiveBuffer, Duration silence) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer); // before connect, or the window is announced too large
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) silence.toMillis());
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) silence.toMillis());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private static Socket secured(Socket socket, int port) throws IOException {
        SSLSocket secured = (SSLSocket) TRUSTING.getSocketFactory().createSocket(socket, "127.0.0.1", port, true);
        secured.startHandshake();
        return secured;
    }

    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
