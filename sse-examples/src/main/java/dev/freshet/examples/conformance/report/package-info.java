/**
 * The result of a run: records, which the command writes as JSON and as text. This package uses no other package of the
 * kit.
 *
 * <pre>
 * ReportText -> Report -> Result -> Level, Outcome
 * </pre>
 */
package dev.freshet.examples.conformance.report;
