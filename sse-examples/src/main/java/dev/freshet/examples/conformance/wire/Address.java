package dev.freshet.examples.conformance.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * The place where a server listens.
 *
 * @param uri of {@code http} or {@code https}, with a host
 * @param tls makes the sockets for {@code https}
 * @param timeout of a connect, and of each read unless it has a deadline of its own
 */
public record Address(URI uri, SSLSocketFactory tls, Duration timeout) {

    /** Connects, with the buffers that the system gives. */
    public Connection connect() throws IOException {
        return connect(0);
    }

    /**
     * Connects.
     *
     * @param receiveBuffer bytes that the system may hold unread; 0 for what it gives
     */
    public Connection connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            int millis = Math.toIntExact(timeout.toMillis());
            socket.connect(new InetSocketAddress(host(), port()), millis);
            socket.setSoTimeout(millis);
            return new Connection(isTls() ? secured(socket) : socket, timeout);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private SSLSocket secured(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, host(), port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** Returns the value of {@code Host}. */
    public String authority() {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    /** Returns the request target, in origin form. */
    public String target() {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private String host() {
        return uri.getHost().replaceAll("[\\[\\]]", "");
    }

    private int port() {
        return uri.getPort() >= 0 ? uri.getPort() : isTls() ? 443 : 80;
    }

    private boolean isTls() {
        return "https".equals(uri.getScheme());
    }
}
