// SalesGenerator
