import ExternalScaler
import GRPCCore
import Logging
import Postgres
import ServiceRuntime

/// `externalscaler.ExternalScaler`.
struct ScalerHandler: Externalscaler_ExternalScaler.SimpleServiceProtocol {
    let service: ScalerService
    let logger: Logger

    func isActive(
        request: Externalscaler_ScaledObjectRef,
        context: ServerContext
    ) async throws -> Externalscaler_IsActiveResponse {
        let targets = try self.targets(request)
        return .with(result: try await self.answering { try await self.service.isActive(targets) })
    }

    func streamIsActive(
        request: Externalscaler_ScaledObjectRef,
        response: RPCWriter<Externalscaler_IsActiveResponse>,
        context: ServerContext
    ) async throws {
        let targets = try self.targets(request)
        var logger = self.logger
        logger[metadataKey: LogKey.scaledObject] = "\(request.namespace)/\(request.name)"
        logger.info("A ScaledObject listens")
        await withTaskGroup { group in
            group.addTask {
                try? await self.service.reportActivity(targets) { try await response.write(.with(result: true)) }
            }
            // That the caller went away, or the server stops, is told to the context and not to the task.
            group.addTask { try? await context.cancellation.cancelled }
            await group.next()
            group.cancelAll()
        }
        logger.info("A ScaledObject listens no more")
    }

    func getMetricSpec(
        request: Externalscaler_ScaledObjectRef,
        context: ServerContext
    ) async throws -> Externalscaler_GetMetricSpecResponse {
        let targets = try self.targets(request).targets
        var answer = Externalscaler_GetMetricSpecResponse()
        answer.metricSpecs = ScalerMetric.allCases.compactMap { metric in
            guard let target = targets[metric] else { return nil }
            var spec = Externalscaler_MetricSpec()
            spec.metricName = metric.rawValue
            spec.targetSize = Int64(target)
            spec.targetSizeFloat = Double(target)
            return spec
        }
        return answer
    }

    func getMetrics(
        request: Externalscaler_GetMetricsRequest,
        context: ServerContext
    ) async throws -> Externalscaler_GetMetricsResponse {
        _ = try self.targets(request.scaledObjectRef)
        let metric = try self.metric(request.metricName)
        let value = try await self.answering { try await self.service.value(of: metric) }
        // KEDA takes every value for one of the metric it asked for, so there must be no other.
        var answer = Externalscaler_MetricValue()
        answer.metricName = metric.rawValue
        answer.metricValue = Int64(value.rounded(.up))
        answer.metricValueFloat = value
        var answers = Externalscaler_GetMetricsResponse()
        answers.metricValues = [answer]
        return answers
    }

    private func targets(_ scaledObject: Externalscaler_ScaledObjectRef) throws(RPCError) -> ScalerTargets {
        do {
            return try ScalerTargets(scaledObject.scalerMetadata)
        } catch {
            throw RPCError(code: .invalidArgument, message: "\(error)")
        }
    }

    private func metric(_ name: String) throws(RPCError) -> ScalerMetric {
        if let metric = ScalerMetric(rawValue: name) { return metric }
        let names = ScalerMetric.allCases.map(\.rawValue).joined(separator: ", ")
        throw RPCError(code: .invalidArgument, message: "metricName is \"\(name)\"; it must be one of \(names).")
    }

    /// Runs what needs the database; its errors become answers.
    private func answering<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as PostgresError {
            let fault = DatabaseFault(error)
            if fault.isRefusal {
                self.logger.error("The database refused a statement", metadata: [LogKey.error: "\(error)"])
            }
            throw RPCError(code: fault.isTemporary ? .unavailable : .internalError, message: fault.sentence)
        }
    }
}

extension Externalscaler_IsActiveResponse {
    fileprivate static func with(result: Bool) -> Self {
        var response = Self()
        response.result = result
        return response
    }
}
