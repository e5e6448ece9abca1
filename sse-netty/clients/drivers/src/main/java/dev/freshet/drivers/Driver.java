package dev.freshet.drivers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Runs one client until its input ends.
 * <p>It reads lines {@code follow STREAM URL} and {@code leave STREAM}, and writes lines {@code event STREAM TYPE ID
 * DATA} and {@code error STREAM TEXT}. Fields are separated by tabs.
 */
public final class Driver {
    private Driver() {}

    /** @param arguments the client's name, the transport, and a file with the certificate to trust */
    public static void main(String[] arguments) throws Exception {
        Wire wire = Wire.valueOf(arguments[1]);
        Path certificate = Path.of(arguments[2]);
        Told told = new Told(System.out);
        run(
                switch (arguments[0]) {
                    case "okhttp-eventsource" -> new OkHttpEventSourceClient(new OkHttp(wire, certificate), told);
                    case "okhttp-sse" -> new OkHttpSseClient(new OkHttp(wire, certificate), told);
                    case "webclient" -> new SpringWebClient(wire, certificate, told);
                    default -> throw new IllegalArgumentException("client: " + arguments[0]);
                });
        System.exit(0); // also if threads of the client still run
    }

    private static void run(Client client) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] fields = order.split("\t", -1);
            switch (fields[0]) {
                case "follow" -> client.follow(fields[1], URI.create(fields[2]));
                case "leave" -> client.leave(fields[1]);
                default -> throw new IllegalArgumentException("order: " + order);
            }
        }
    }
}
