package dev.freshet.examples.conformance.check;

import dev.freshet.codec.EventDecoder;
import dev.freshet.examples.conformance.report.Level;
import dev.freshet.examples.conformance.report.Outcome;
import dev.freshet.examples.conformance.report.Report;
import dev.freshet.examples.conformance.report.Result;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A run: checks of one server, one after the other. */
public final class Conformance {

    private final Server server;
    private final Set<Check> notPassed = EnumSet.noneOf(Check.class);

    private Conformance(Server server) {
        this.server = server;
    }

    /**
     * Makes checks, in their order.
     *
     * @param checks which; those that one of them depends on are made only if they are among them
     * @param progress is told each check before it begins
     * @throws IOException if there is no connection to the server, at first or later, or nothing can be published
     */
    public static Report run(Server server, Set<Check> checks, Consumer<Check> progress) throws IOException {
        server.address().connect().close();
        if (server.canPublish()) {
            server.publishMark();
        }
        Conformance run = new Conformance(server);
        List<Result> results = new ArrayList<>();
        for (Check check : Check.values()) {
            if (checks.contains(check)) {
                progress.accept(check);
                results.add(run.result(check));
            }
        }
        return Report.of(server.address().uri().toString(), results);
    }

    private Result result(Check check) throws IOException {
        Finding finding = finding(check);
        Outcome outcome =
                switch (finding.kind()) {
                    case GOOD -> Outcome.PASSED;
                    case NOT_RUN, UNSEEN -> Outcome.NOT_RUN;
                    case ADVICE -> Outcome.ADVICE;
                    case BAD -> check.level() == Level.MUST ? Outcome.FAILED : Outcome.ADVICE;
                };
        if (outcome != Outcome.PASSED && finding.kind() != Finding.Kind.UNSEEN) {
            notPassed.add(check);
        }
        return new Result(
                check.title(),
                check.level(),
                check.paragraph(),
                check.asks(),
                outcome,
                finding.seen(),
                finding.expected());
    }

    /** @throws IOException if there is no connection to the server any more */
    private Finding finding(Check check) throws IOException {
        Optional<Check> missing =
                Prerequisites.of(check).stream().filter(notPassed::contains).findFirst();
        if (missing.isPresent()) {
            return Finding.notRun("needs " + missing.get().title());
        }
        if (Prerequisites.publishes(check) && !server.canPublish()) {
            return Finding.notRun("no --publish");
        }
        try {
            return check.look().at(server);
        } catch (PublishException e) {
            if (e.getCause() instanceof ConnectException) {
                server.address().connect().close();
            }
            return Finding.notRun(String.valueOf(e.getMessage()));
        } catch (ConnectException e) {
            server.address().connect().close();
            return Finding.notRun("cannot connect: " + e.getMessage());
        } catch (EventDecoder.TooLargeException e) {
            return Finding.bad("a line or an event too large to read", check.asks());
        } catch (SocketTimeoutException e) {
            return Finding.bad("no answer within " + Finding.seconds(server.timeout()), check.asks());
        } catch (IOException e) {
            return Finding.bad(e.getMessage() == null ? e.toString() : e.getMessage(), check.asks());
        }
    }
}
