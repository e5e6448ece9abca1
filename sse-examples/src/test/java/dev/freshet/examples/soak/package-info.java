/**
 * The soak: a hub on each store under churn for as long as an option says. It shows that what connections and topics take is given
 * back, and that no client loses an event without being told.
 *
 * <pre>
 * SoakTest -> SoakRun -> SoakService              server, hub and store
 *                     -> SoakVisits               why the server ended a stream
 *                     -> SoakPublisher            events, numbered for each topic -> SoakEvent
 *                     -> SoakClient               reads, slow, stuck, cut, resumes -> ContinuityCheck -> SoakEvent
 *                     -> SoakChurn                connects and goes
 *                     -> SoakAnswers              generations, and who follows them -> ContinuityCheck
 *          -> Footprint                           heap, direct memory
 *                     -> SoakHandles              descriptors, threads, buffers -> BuffersInUse
 *          -> SoakTable                           prints a row
 * </pre>
 */
@NullMarked
package dev.freshet.examples.soak;

import org.jspecify.annotations.NullMarked;
