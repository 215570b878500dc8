import { Controller, Get, Module } from '@nestjs/common'
import { LiveController } from './live.controller.js'

@Controller()
class AppController {
  @Get()
  answer(): string {
    return 'Nest answers here.'
  }
}

@Module({ controllers: [AppController, LiveController] })
export class AppModule {}
