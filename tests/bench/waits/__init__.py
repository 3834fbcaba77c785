"""How near estimated waits are to true ones, on recorded queues and on simulated office-days. scripts/bench waits"""
